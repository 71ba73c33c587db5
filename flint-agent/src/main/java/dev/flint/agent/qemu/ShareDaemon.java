package dev.flint.agent.qemu;

import dev.flint.agent.instance.Mount;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The daemon that serves a folder to guests by virtio-fs. There are two of one name with different
 * options: the one in C that came with QEMU 5 to 7, and its successor in Rust.
 */
record ShareDaemon(Path program, boolean inC) {
  private static final int MAX_VERSION = 4096;

  /** Asks a daemon which of the two it is. */
  static ShareDaemon at(Path program) throws IOException {
    Process process =
        new ProcessBuilder(program.toString(), "--version")
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readNBytes(MAX_VERSION), StandardCharsets.UTF_8);
      return new ShareDaemon(program, text.contains("FUSE kernel interface"));
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * How it serves a folder.
   *
   * @param guestOnlyReads whether the guest's driver cannot write anyway
   * @throws FlintException UNSUPPORTED if it cannot serve it as asked
   */
  List<String> argv(Mount mount, Path socket, boolean guestOnlyReads) throws FlintException {
    String source = mount.source().toString();
    if (!inC) {
      List<String> argv =
          List.of(program.toString(), "--socket-path=" + socket, "--shared-dir=" + source);
      return mount.readOnly() ? plus(argv, "--readonly") : argv;
    }
    if (mount.readOnly() && !guestOnlyReads) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          program + " cannot keep the guest from writing to " + source,
          "install the virtiofsd written in Rust, or allow the guest to write");
    }
    if (source.indexOf(',') >= 0 || source.indexOf('\\') >= 0) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED, program + " cannot serve a folder of this name: " + source);
    }
    return List.of(program.toString(), "-f", "--socket-path=" + socket, "-o", "source=" + source);
  }

  private static List<String> plus(List<String> words, String word) {
    List<String> more = new ArrayList<>(words);
    more.add(word);
    return List.copyOf(more);
  }
}
