package dev.flint.oci.error;

/** The category of a failure. Its number is the exit code of the command line (docs/errors.md). */
public enum ErrorCode {
  /** A bug in Flint. */
  INTERNAL(1, "a bug in Flint, or something nobody thought of"),
  /** Wrong options or a malformed reference; no network and no disk was touched. */
  USAGE(2, "wrong usage or a malformed name; nothing was touched"),
  /** A local file, disk space or a lock. */
  LOCAL_IO(3, "local files: permissions, disk space, an output that exists, a lock"),
  /** The image, tag, platform or file is not there. */
  NOT_FOUND(4, "the image, tag, platform or disk does not exist"),
  /** Credentials are missing, refused or unreadable. */
  AUTH(5, "credentials are missing, refused or unreadable"),
  /** Connection, TLS, timeout, or a server that keeps failing. */
  NETWORK(6, "connection, TLS, timeout, or a server that keeps failing"),
  /** A peer or a document breaks the rules of its format. */
  PROTOCOL(7, "a registry or a document breaks the rules of its format"),
  /** Bytes that are not what their digest or size says. */
  INTEGRITY(8, "bytes that are not what their digest or size says"),
  /** Well-formed content that Flint does not handle. */
  UNSUPPORTED(9, "well-formed content that Flint does not handle"),
  /** Content that could harm the host, or is over a limit. */
  POLICY(10, "refused for safety: content that could harm the host, or is over a limit"),
  /** Something was tested, and does not do what it should. */
  TEST_FAILED(11, "what was tested does not do what it should"),
  /** Ended by the user. */
  INTERRUPTED(130, "interrupted");

  private final int exitCode;
  private final String meaning;

  ErrorCode(int exitCode, String meaning) {
    this.exitCode = exitCode;
    this.meaning = meaning;
  }

  /** The process exit code, 1 to 130. */
  public int exitCode() {
    return exitCode;
  }

  /** What the category covers, in one line for documentation. */
  public String meaning() {
    return meaning;
  }
}
