"""The voice lane: speech detection, segments, features, the network, the reader."""
