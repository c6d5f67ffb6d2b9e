"""How clients reach the schema: HTTP, server-sent events, WebSocket, uploads."""
