"""The core of Commonweal: coalitions, members, and what every plugin stands on."""

__version__ = "0.2.0"
