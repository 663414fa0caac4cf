"""The services of the catalogue, one file each."""
