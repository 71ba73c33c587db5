package dev.flint.agent.http.socket;

import java.io.IOException;

/** A client does not keep to the protocol. */
final class WebSocketFault extends IOException {
  private static final long serialVersionUID = 1;
  private final int code;

  WebSocketFault(int code, String message) {
    super(message);
    this.code = code;
  }

  /** As a close frame has it. */
  int code() {
    return code;
  }
}
