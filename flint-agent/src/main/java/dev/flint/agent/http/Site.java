package dev.flint.agent.http;

import java.io.IOException;

/** Whoever answers requests; from many threads. */
public interface Site {
  /**
   * Answers one. A failure before the answer was begun becomes an answer: 400, 404 or 500 with its
   * line.
   */
  void answer(Call call) throws IOException;
}
