package dev.flint.registry.server;

import dev.flint.oci.transfer.Pause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A server of a test, with its clock and its log at hand. */
final class EmbeddedRegistry implements AutoCloseable {
  final SettableClock clock = new SettableClock();
  final List<String> log = new CopyOnWriteArrayList<>();
  final Path folder;

  /** Bytes that the disk seems to have left. */
  volatile long room = Long.MAX_VALUE;

  final RegistryServer server;
  final RawRegistry raw;

  EmbeddedRegistry(Path folder) throws IOException {
    this(folder, ServerSettings.OPEN);
  }

  EmbeddedRegistry(Path folder, ServerSettings settings) throws IOException {
    this.folder = folder;
    this.server =
        RegistryServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            folder,
            settings,
            new RegistryServer.Outside(log::add, clock, Pause.NONE, any -> room));
    this.raw = new RawRegistry(server.address());
  }

  /** {@code HOST:PORT} as in image references. */
  String host() {
    return "127.0.0.1:" + server.address().getPort();
  }

  /** The layout folder of a repository. */
  Path layout(String name) {
    return folder.resolve(name).resolve("_oci");
  }

  /** The names of all blob files of a repository. */
  List<String> blobs(String name) {
    return files(layout(name).resolve("blobs"));
  }

  /** The unfinished files of a repository. */
  List<String> unfinished(String name) {
    return files(layout(name).resolve(".flint").resolve("ingest")).stream()
        .filter(file -> !file.equals("lock"))
        .toList();
  }

  private static List<String> files(Path folder) {
    while (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        return files.filter(Files::isRegularFile).map(f -> "" + f.getFileName()).sorted().toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (UncheckedIOException e) {
        // The server may remove one meanwhile; then there is another look.
        if (!(e.getCause() instanceof NoSuchFileException)) {
          throw e;
        }
      }
    }
    return List.of();
  }

  /** A request head, for a client that does not behave. */
  static byte[] head(String... lines) {
    return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
