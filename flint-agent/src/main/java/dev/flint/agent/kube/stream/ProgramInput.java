package dev.flint.agent.kube.stream;

import dev.flint.agent.containerd.Console;
import dev.flint.agent.http.socket.WebSocket;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the client of a program says: no faster than the program takes it. For one thread. */
final class ProgramInput {
  private static final int BUFFER = 16 * 1024;

  /** Of a size, in bytes. */
  private static final int MOST_SIZE = 1024;

  private static final int MOST_CHARACTERS = 65535;

  private final WebSocket socket;
  private final Console console;
  private final boolean terminal;
  private final byte[] buffer = new byte[BUFFER];

  /** Null once it is closed. */
  private @Nullable OutputStream stdin;

  ProgramInput(WebSocket socket, Console console, @Nullable OutputStream stdin, boolean terminal) {
    this.socket = socket;
    this.console = console;
    this.stdin = stdin;
    this.terminal = terminal;
  }

  /** Passes on what comes until the client closes. */
  void copy() throws IOException {
    while (socket.next()) {
      switch (socket.read()) {
        case Channel.STDIN -> feed();
        case Channel.RESIZE -> resize();
        case Channel.CLOSE -> {
          if (socket.read() == Channel.STDIN) {
            end();
          }
        }
        default -> {
          // As a kubelet, which passes over what is not for it.
        }
      }
    }
  }

  private void feed() throws IOException {
    for (int n = socket.read(buffer, 0, BUFFER); n >= 0; n = socket.read(buffer, 0, BUFFER)) {
      OutputStream in = stdin;
      try {
        if (in != null) {
          in.write(buffer, 0, n);
        }
      } catch (IOException e) {
        // The program reads no more, which is no fault of the client's.
        stdin = null;
      }
    }
  }

  private void end() throws IOException {
    OutputStream in = stdin;
    if (in != null) {
      stdin = null;
      try {
        in.close();
        console.closeStdin();
      } catch (IOException e) {
        // It has ended.
      }
    }
  }

  /** A size that is none is passed over. */
  private void resize() throws IOException {
    int length = 0;
    int n = socket.read(buffer, 0, MOST_SIZE + 1);
    while (n >= 0 && length + n <= MOST_SIZE) {
      length += n;
      n = socket.read(buffer, length, MOST_SIZE + 1 - length);
    }
    if (n >= 0) {
      socket.refuse(WebSocket.TOO_LONG, "the size of a terminal has few characters");
      return;
    }
    try {
      JsonObject size = JsonObject.parse(Arrays.copyOf(buffer, length), "size of the terminal");
      // The client for Go has capitals, that for JavaScript has not; a kubelet takes both.
      long columns = number(size, "Width", "width");
      long rows = number(size, "Height", "height");
      if (terminal && isSize(columns) && isSize(rows)) {
        console.resize((int) columns, (int) rows);
      }
    } catch (FlintException e) {
      // No size, or the program has ended.
    }
  }

  private static long number(JsonObject size, String name, String other) throws FlintException {
    return size.integer(size.has(name) ? name : other).orElse(0);
  }

  private static boolean isSize(long characters) {
    return characters > 0 && characters <= MOST_CHARACTERS;
  }
}
