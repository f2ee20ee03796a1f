# shellcheck shell=bash
# What all scripts share. Sourcing it moves to the project's folder and sets `python`.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
python=$PWD/.venv/bin/python

say() { printf '▸ %s\n' "$*"; }
fail() {
  printf '✗ %s\n' "$*" >&2
  exit 1
}

# need_packages <package>...: Debian packages, by apt when root, else the line to run.
need_packages() {
  local missing=() package
  if ! command -v dpkg-query >/dev/null; then
    say "This is no Debian: please see to these yourself: $*"
    return
  fi
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || fail "System packages are missing. Please run once: sudo apt-get install -y ${missing[*]}"
  say "Installing system packages: ${missing[*]}"
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# need_postgresql_client: pg_dump and pg_restore, where DATABASE_URL asks for them.
need_postgresql_client() {
  case ${DATABASE_URL:-} in
    postgres*) command -v pg_dump pg_restore >/dev/null || need_packages postgresql-client ;;
  esac
}

has_uv() { uv --version >/dev/null 2>&1; }
is_python_311() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; }

find_python() {
  local candidate
  for candidate in python3.11 python3 /usr/bin/python3.11; do
    if is_python_311 "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  fail "Python 3.11 is needed and was not found."
}

make_environment() {
  local base
  if is_python_311 "$python"; then return; fi
  say "Making the virtual environment in .venv"
  rm -rf .venv
  if has_uv; then
    uv venv -q --no-project --python 3.11 .venv
  else
    base=$(find_python)
    "$base" -c 'import ensurepip' 2>/dev/null || need_packages python3-venv
    "$base" -m venv .venv
  fi
}

# dots: of what pip says, a dot for each package that it fetches.
dots() {
  local line
  while read -r line; do
    case $line in
      Collecting*) printf . ;;
      "Installing collected"*) printf ' unpacking' ;;
    esac
  done
  printf '\n'
}

install_packages() {
  local arguments=(--require-hashes) file
  for file in "$@"; do arguments+=(-r "$file"); done
  if has_uv; then
    uv pip install -q --python "$python" "${arguments[@]}"
  else
    "$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip
    "$python" -m pip install --disable-pip-version-check --progress-bar off "${arguments[@]}" | dots
  fi
}

# need_python <requirements file>...: .venv with what these files pin; nothing to do while they stay as they were.
need_python() (
  exec 9<. && flock 9 # of two scripts started at once, the second waits
  make_environment
  stamp=.venv/${!#}.sha256
  if sha256sum --status -c "$stamp" 2>/dev/null; then return; fi
  say "Installing Python packages: $*"
  install_packages "$@"
  sha256sum "$@" >"$stamp"
)

# secret <name>: random, made on first use, kept in instance/ for the owner alone.
secret() {
  local file=instance/$1
  if [ ! -s "$file" ]; then
    (umask 077 && "$python" -c 'import secrets; print(secrets.token_urlsafe(48))' >"$file.$$" && mv -n "$file.$$" "$file")
    rm -f "$file.$$"
  fi
  cat "$file"
}

# demo_settings: what the portal needs for trying and developing; what the environment already says stays.
demo_settings() {
  mkdir -p -m 700 instance
  export DEMO=${DEMO:-1} PORT=${PORT:-8000} SECRET_KEY
  SECRET_KEY=${SECRET_KEY:-$(secret secret_key)}
}

# known_settings: those of the installation that the environment describes, else those for trying.
known_settings() { [ -n "${SECRET_KEY:-}" ] || demo_settings; }
