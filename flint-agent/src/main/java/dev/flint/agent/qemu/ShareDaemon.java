package dev.flint.agent.qemu;

import dev.flint.agent.instance.Mount;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The daemon that serves a folder to guests by virtio-fs. There are two of one name with different
 * options: the one in C that came with QEMU 5 to 7, and its successor in Rust.
 */
record ShareDaemon(Path program, boolean inC) {
  /**
   * Asks a daemon which of the two it is.
   *
   * @throws FlintException UNSUPPORTED if it does not answer
   */
  static ShareDaemon at(Path program) throws IOException {
    VersionAnswer answer = VersionAnswer.of(program);
    if (!answer.isThere()) {
      throw new FlintException(ErrorCode.UNSUPPORTED, program + " --version: no answer");
    }
    return new ShareDaemon(program, answer.text().contains("FUSE kernel interface"));
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
