"""Where pictures, sound and text come from: devices, files and the demonstration, behind one protocol."""
