"""The protocol of the API without I/O: settings, options, replies, states, and the flows over them."""
