package dev.flint.cli.boottest;

/** What a boot has to show. */
public sealed interface Condition {
  /** In words, for verdicts and reports. */
  String words();

  /**
   * A text on the console, within a line.
   *
   * @param text without terminal sequences
   */
  record Says(String text) implements Condition {
    @Override
    public String words() {
      return "says \"" + text + "\"";
    }
  }

  /**
   * A TCP port of the guest that answers a request with at least a byte. That a connection is taken
   * proves nothing: a forwarded port takes all.
   *
   * @param port 1 to 65535
   */
  record Serves(int port) implements Condition {
    @Override
    public String words() {
      return "answers on port " + port;
    }
  }

  /**
   * The end of the guest.
   *
   * @param code its exit code
   */
  record Ends(int code) implements Condition {
    @Override
    public String words() {
      return "ends with exit code " + code;
    }
  }
}
