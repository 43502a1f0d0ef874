"""The face lane: detection, tracking, the network, the reader."""
