"""Who is in front of the camera: ID documents read, live faces compared, evidence kept for a while, specimens made."""
