package dev.flint.registry.http;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A text for people where JSON was asked for: proxies, captive portals and login pages answer so,
 * with status 200, in place of any server.
 */
public final class WebPage {
  private static final Pattern TEXT = Pattern.compile("text/[a-z0-9.+-]{1,40}");

  /** White space before a page is seldom longer. */
  private static final int START = 1024;

  private WebPage() {}

  /**
   * Does nothing about what may be JSON, whatever its Content-Type: servers of plain files give it
   * any.
   *
   * @param body of the answer; nothing of it is quoted
   * @param action what is tried, such as {@code pull r.example/x}
   * @throws FlintException PROTOCOL, with the host, if it is a page
   */
  public static void refuse(Reply reply, byte[] body, String action) throws FlintException {
    char first = first(body);
    Optional<String> type = type(reply);
    if (first == '<' || (type.isPresent() && first != '{' && first != '[')) {
      throw instead(reply, type, action);
    }
  }

  /**
   * Does nothing about what may say that a registry is there, as that need not be JSON: only about
   * what begins as a page does.
   *
   * @throws FlintException PROTOCOL, with the host, if it is one
   */
  public static void refuseMarkup(Reply reply, String action) throws IOException {
    if (first(reply.body().readNBytes(START)) == '<') {
      throw instead(reply, type(reply), action);
    }
  }

  private static Optional<String> type(Reply reply) {
    return reply
        .header("content-type")
        .map(text -> text.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
        .filter(text -> TEXT.matcher(text).matches());
  }

  private static FlintException instead(Reply reply, Optional<String> type, String action) {
    return new FlintException(
        ErrorCode.PROTOCOL,
        "cannot "
            + action
            + ": the answer of "
            + reply.url().getAuthority()
            + " is not JSON but "
            + type.orElse("a text that begins with <"),
        "a proxy, captive portal or login page answered instead of the registry: log in to the"
            + " network with a browser, or check the registry's name and the proxy");
  }

  /** The first character that is no white space of JSON, or a blank. */
  private static char first(byte[] body) {
    for (byte b : body) {
      if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
        return (char) (b & 0xff);
      }
    }
    return ' ';
  }
}
