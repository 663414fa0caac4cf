"""The digital human in other people's pages: her face, her voice, and the widget at ``/embed``."""
