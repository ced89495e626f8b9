"""The plugins that come with Commonweal; an instance adds its own under `instance/plugins`."""
