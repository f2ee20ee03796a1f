"""The ground: settings, clock, database, kinds of value, groups of fields, workflow notation, request kinds."""
