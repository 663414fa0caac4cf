"""The staff desk's page at ``/console``: plain HTML and ES modules that speak the desk's HTTP interface."""
