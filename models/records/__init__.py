"""The seven record types, a file each: fields in sections, workflows, rules across fields."""
