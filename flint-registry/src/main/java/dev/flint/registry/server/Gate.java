package dev.flint.registry.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Who is let in, and for what: looked at before anything else of a request. */
final class Gate {
  private static final String READS = "GET, HEAD";

  private final Optional<Accounts> accounts;
  private final boolean anonymousPull;
  private final boolean readOnly;

  Gate(Optional<Accounts> accounts, boolean anonymousPull, boolean readOnly) {
    this.accounts = accounts;
    this.anonymousPull = anonymousPull;
    this.readOnly = readOnly;
  }

  /**
   * Lets a call pass.
   *
   * @throws Refusal 401 if it needs a login, 405 if it wants to change what cannot be changed
   */
  void admit(Call call) throws IOException, Refusal {
    if (accounts.isPresent() && !isKnown(accounts.get(), call)) {
      call.with("WWW-Authenticate", "Basic realm=\"flint\"");
      throw new Refusal(401, Problem.UNAUTHORIZED, "log in first");
    }
    if (readOnly && !isRead(call)) {
      call.with("Allow", READS);
      throw new Refusal(405, Problem.UNSUPPORTED, "this registry is read-only");
    }
  }

  private static boolean isRead(Call call) {
    return call.isHead() || call.method().equals("GET");
  }

  private boolean isKnown(Accounts known, Call call) throws IOException, Refusal {
    byte[] login = login(call);
    int colon = indexOfColon(login);
    if (colon < 0 || login.length == 1) {
      // Some clients spell "nobody" as a colon alone.
      return anonymousPull && isRead(call) && !asksWhetherToLogIn(call);
    }
    return known.accept(
        text(Arrays.copyOf(login, colon)), Arrays.copyOfRange(login, colon + 1, login.length));
  }

  /** Clients ask here once whether there is a login, and some never learn of it later. */
  private static boolean asksWhetherToLogIn(Call call) {
    return call.path().equals("/v2/") || call.path().equals("/v2");
  }

  private static byte[] login(Call call) {
    String header = call.header("Authorization").orElse("");
    if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
      return new byte[0];
    }
    try {
      return Base64.getDecoder().decode(header.substring(6).strip());
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static int indexOfColon(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == ':') {
        return i;
      }
    }
    return -1;
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return "";
    }
  }
}
