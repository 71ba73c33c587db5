package dev.flint.agent.http;

import java.io.IOException;

/** What is no request, and the answer to it; after that nobody knows where the next one begins. */
final class BadRequest extends IOException {
  private static final long serialVersionUID = 1;
  private final int status;

  BadRequest(int status, String line) {
    super(line);
    this.status = status;
  }

  int status() {
    return status;
  }

  String line() {
    return String.valueOf(getMessage());
  }
}
