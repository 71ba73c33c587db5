package dev.flint.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private static final Duration LOOK = Duration.ofMillis(1);

  private ServerSocket server;
  private Socket client;
  private Socket served;

  @BeforeEach
  void connect() throws Exception {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    client = new Socket(server.getInetAddress(), server.getLocalPort());
    served = server.accept();
  }

  @AfterEach
  void end() throws Exception {
    client.close();
    served.close();
    server.close();
  }

  private static void fill(OutputStream out) throws IOException {
    byte[] some = new byte[64 * 1024];
    for (int i = 0; i < 10_000; i++) {
      out.write(some);
    }
  }

  @Test
  void hangsUpOnWhoTakesNothing() {
    try (Patience patience = new Patience(LOOK);
        Patience.Watch watch = patience.watch(served)) {
      assertThrows(
          SocketException.class,
          () -> fill(new PatientOutput(served.getOutputStream(), watch, 30)));
    }
  }

  @Test
  void hangsUpOnWhoSaysNothing() {
    try (Patience patience = new Patience(LOOK);
        Patience.Watch watch = patience.watch(served)) {
      watch.reading(3);
      assertThrows(SocketException.class, () -> served.getInputStream().read());
    }
  }

  @Test
  void cutsShortWhatIsBeingWritten() throws Exception {
    try (Patience patience = new Patience(LOOK);
        Patience.Watch watch = patience.watch(served)) {
      PatientOutput out = new PatientOutput(served.getOutputStream(), watch, Integer.MAX_VALUE);
      Thread writer =
          new Thread(
              () -> {
                try {
                  fill(out);
                } catch (IOException e) {
                  // What is waited for.
                }
              });
      writer.start();
      while (client.getInputStream().available() == 0) {
        Thread.onSpinWait();
      }
      out.looks(3);
      writer.join();
      assertTrue(served.isClosed());
    }
  }

  @Test
  void leavesAloneWhoTakesIt() throws Exception {
    try (Patience patience = new Patience(LOOK);
        Patience.Watch watch = patience.watch(served)) {
      OutputStream out = new PatientOutput(served.getOutputStream(), watch, 1000);
      for (int i = 0; i < 1000; i++) {
        out.write(i);
        assertEquals(i & 0xff, client.getInputStream().read());
      }
      assertFalse(served.isClosed());
    }
  }
}
