"""The parameters of a customer's LAN that an installer needs: what the sheet asks, and what must fit together. Pure (SPEC §6)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from models.base.choices import Choice, Choices
from models.base.conditions import when
from models.base.errors import Problem
from models.base.fields import Block, Group, Section, Spec, declare, section
from models.base.japanese import Phone
from models.base.network import IpAddress, SubnetMask
from models.base.values import LongText, Text, Whole


class Usage(Choices):
    """Whether something is used."""

    USED = "used", "使う"
    NOT_USED = "not_used", "使わない"


class LinkSpeed(Choices):
    """Speed and duplex of the port that the LAN is connected to."""

    AUTO = "auto", "自動（オートネゴシエーション）"
    FULL_1000 = "full_1000", "1000Mbps 全二重"
    FULL_100 = "full_100", "100Mbps 全二重"


IS_DUAL = when("order.is_dual", True, note="デュアル構成のとき")
WITH_VLAN = when("vlan_usage", Usage.USED, note="VLANタグを「使う」とき")
WITH_NAT = when("nat_usage", Usage.USED, note="NATを「使う」とき")
WITH_DHCP = when("dhcp_usage", Usage.USED, note="DHCPを「使う」とき")


class LanParameters(Group):
    """Everything that the sheet asks for but the routes, which are asked three times."""

    network = declare(IpAddress(), "ネットワークアドレス", required=True, help="例：192.168.10.0")
    mask = declare(
        SubnetMask(), "サブネットマスク", required=True, help="例：255.255.255.0（/24 と書いても構いません）"
    )
    main_address = declare(
        IpAddress(), "メインルータのIPアドレス", required=True, help="例：192.168.10.1。ほかの機器と重ならないもの"
    )
    backup_address = declare(IpAddress(), "バックアップルータのIPアドレス", only_when=IS_DUAL, help="例：192.168.10.2")
    virtual_address = declare(
        IpAddress(),
        "仮想IPアドレス（VRRP）",
        only_when=IS_DUAL,
        help="端末のデフォルトゲートウェイになります。例：192.168.10.254",
    )
    vrrp_group = declare(
        Whole(1, 255), "VRRPグループID", allowed_when=IS_DUAL, help="1～255。同じLANで使っていない番号"
    )
    link_speed = declare(Choice(LinkSpeed), "LANポートの通信速度", required=True, help="接続する機器の設定に合わせます")
    vlan_usage = declare(Choice(Usage), "VLANタグ", required=True, help="LANポートでタグ付きフレームを使うか")
    vlan_number = declare(Whole(1, 4094), "VLAN ID", only_when=WITH_VLAN, help="1～4094")
    nat_usage = declare(Choice(Usage), "NAT", required=True, help="ルータでアドレスを変換するか")
    nat_source = declare(IpAddress(), "変換前のIPアドレス", only_when=WITH_NAT, help="例：192.168.10.20")
    nat_target = declare(IpAddress(), "変換後のIPアドレス", only_when=WITH_NAT, help="例：10.20.30.40")
    dns_primary = declare(IpAddress(), "DNSサーバー①", help="社内のDNSサーバーがある場合")
    dns_secondary = declare(IpAddress(), "DNSサーバー②", help="①がある場合だけ")
    dhcp_usage = declare(Choice(Usage), "DHCP", required=True, help="ルータが端末にアドレスを配るか")
    dhcp_first = declare(IpAddress(), "配布する最初のIPアドレス", only_when=WITH_DHCP, help="例：192.168.10.100")
    dhcp_last = declare(IpAddress(), "配布する最後のIPアドレス", only_when=WITH_DHCP, help="例：192.168.10.150")
    terminal_count = declare(Whole(1, 9999, "台"), "接続する端末の台数", required=True, help="おおよその数で構いません")
    ping_target = declare(IpAddress(), "疎通確認に使う機器のIPアドレス", help="工事のときに応答を確かめる機器")
    person_name = declare(Text(48), "設定内容を確認できる方", required=True, help="ネットワークをご存じの方のお名前")
    phone = declare(Phone(), "確認できる方の電話番号", required=True, help="例：0312345678")
    note = declare(LongText(500), "備考", help="ほかに伝えたいこと")


class Route(Group):
    """A network behind another router of the customer."""

    network = declare(IpAddress(), "宛先ネットワーク", required=True, help="例：192.168.20.0")
    mask = declare(SubnetMask(), "サブネットマスク", required=True, help="例：255.255.255.0")
    gateway = declare(IpAddress(), "ネクストホップ", required=True, help="社内ルータのIPアドレス。例：192.168.10.250")


ROUTES = tuple(Block(Route, f"route_{place}", f"経路{sign}", optional=True) for place, sign in enumerate("①②③", 1))
SECTIONS: tuple[Section, ...] = (
    section("LANのアドレス", "network mask main_address backup_address virtual_address vrrp_group"),
    section("LANポート", "link_speed vlan_usage vlan_number"),
    section("ほかのネットワークへの経路（ある場合だけ）", *ROUTES),
    section("アドレス変換", "nat_usage nat_source nat_target"),
    section("DNS・DHCP", "dns_primary dns_secondary dhcp_usage dhcp_first dhcp_last"),
    section("接続する機器と確認先", "terminal_count ping_target person_name phone note"),
)


def specs_in(part: Section, facts: Mapping[str, Any]) -> dict[str, Spec]:
    """The fields of a section that an order of these facts asks for, in order."""
    own = LanParameters.specs()
    found: dict[str, Spec] = {}
    for one in part.parts:
        found |= one.specs() if isinstance(one, Block) else {name: own[name] for name in one.split()}
    return {name: spec for name, spec in found.items() if spec.allowed is not IS_DUAL or spec.is_allowed(facts)}


def problems_in_lan(values: Mapping[str, Any]) -> Iterator[Problem]:
    """What does not fit together in values that are each right by themselves."""
    lan = _network(values.get("network"), values.get("mask"))
    if lan is None:
        if values.get("network") and values.get("mask"):
            yield Problem(
                "network",
                "ネットワークアドレスとサブネットマスクが合いません。ネットワークの先頭のアドレスを入力してください",
            )
        return
    yield from _outside(lan, values)
    yield from _twice(values)
    first, last = (_address(values.get(name)) for name in ("dhcp_first", "dhcp_last"))
    if first and last and first > last:
        yield Problem("dhcp_last", "配布する最後のIPアドレスは、最初のIPアドレスより後にしてください")
    if values.get("dns_secondary") and not values.get("dns_primary"):
        yield Problem("dns_primary", "DNSサーバー②だけの入力はできません。①から入力してください")
    for block in ROUTES:
        network, mask = values.get(block.name_of("network")), values.get(block.name_of("mask"))
        if network and mask and _network(network, mask) is None:
            yield Problem(block.name_of("network"), f"{block.label}の宛先ネットワークとサブネットマスクが合いません")


INSIDE = ("main_address", "backup_address", "virtual_address", "dhcp_first", "dhcp_last")
GATEWAYS = tuple(block.name_of("gateway") for block in ROUTES)


def _outside(lan: ipaddress.IPv4Network, values: Mapping[str, Any]) -> Iterator[Problem]:
    for name in (*INSIDE, *GATEWAYS):
        address = _address(values.get(name))
        if address is None:
            continue
        if address not in lan:
            yield Problem(name, f"LANのネットワーク（{lan}）の中のIPアドレスを入力してください")
        elif lan.prefixlen < 31 and address in {lan.network_address, lan.broadcast_address}:
            yield Problem(name, f"ネットワーク（{lan}）の最初と最後のIPアドレスは、機器には使えません")


def _twice(values: Mapping[str, Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for name in ("main_address", "backup_address", "virtual_address"):
        value = values.get(name)
        if value and value in seen:
            yield Problem(name, "ほかの項目と同じIPアドレスです。それぞれ別のIPアドレスを入力してください")
        seen.add(value or "")


def _network(address: str | None, mask: str | None) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(f"{address}/{mask}") if address and mask else None
    except ValueError:
        return None


def _address(value: str | None) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(value) if value else None
