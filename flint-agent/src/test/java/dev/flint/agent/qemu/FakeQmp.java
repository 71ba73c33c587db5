package dev.flint.agent.qemu;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A QEMU that says what a test wants, a few lines after each line it hears. */
final class FakeQmp implements Closeable {
  static final String GREETING = "{\"QMP\": {\"version\": {}, \"capabilities\": []}}";
  static final String CAPABLE = "{\"return\": {}, \"id\": 0}";

  private final ServerSocketChannel server;
  private final Thread thread;

  /**
   * Starts.
   *
   * @param answers said one by one: the first at once, each other after a line that was heard; then
   *     it hangs up
   */
  FakeQmp(Path socket, List<String> answers) throws IOException {
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    thread = new Thread(() -> serve(answers));
    thread.start();
  }

  private void serve(List<String> answers) {
    try (SocketChannel client = server.accept()) {
      for (int i = 0; i < answers.size(); i++) {
        if (i > 0) {
          hearLine(client);
        }
        client.write(ByteBuffer.wrap((answers.get(i) + "\n").getBytes(StandardCharsets.UTF_8)));
      }
    } catch (IOException e) {
      // The client went first.
    }
  }

  private static void hearLine(SocketChannel client) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    do {
      one.clear();
      if (client.read(one) < 0) {
        throw new IOException("end");
      }
    } while (one.get(0) != '\n');
  }

  @Override
  public void close() throws IOException {
    server.close();
    thread.interrupt();
  }
}
