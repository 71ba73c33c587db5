package dev.flint.agent.kube.serve;

import dev.flint.agent.http.Call;
import dev.flint.agent.kube.api.ApiClient;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.pem.Pem;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lets in whom the cluster knows and allows (Kubernetes, "Kubelet authentication/authorization"):
 * by a certificate that its authority vouches for, else by a bearer token; nobody if the API server
 * cannot be asked. Thread-safe.
 */
public final class KubeletAuth {
  private static final String BEARER = "bearer ";

  private final Optional<Certificates> certificates;
  private final TokenReviews tokens;
  private final AccessReviews accesses;
  private final InstantSource clock;
  private final Consumer<String> warnings;

  /** Guarded by this. */
  private String trouble = "";

  /**
   * For a node.
   *
   * @param node its name
   * @param clients who vouches for certificates of clients; none: they need tokens
   * @param warnings is told when the API server cannot be asked, and when it can again
   * @throws FlintException LOCAL_IO if there is no certificate of an authority
   */
  public KubeletAuth(
      ApiClient api,
      String node,
      Optional<Pem> clients,
      InstantSource clock,
      Consumer<String> warnings)
      throws IOException {
    this.certificates =
        clients.isPresent() ? Optional.of(new Certificates(clients.get())) : Optional.empty();
    this.tokens = new TokenReviews(api, clock);
    this.accesses = new AccessReviews(api, node, clock);
    this.clock = clock;
    this.warnings = warnings;
  }

  /** Whether a client that shows a certificate may be known by it. */
  boolean takesCertificates() {
    return certificates.isPresent();
  }

  /** Says whether a call may have a page; answers one that may not. */
  boolean admits(Call call, Page page) throws IOException {
    if (page.subresources().isEmpty()) {
      return true;
    }
    Optional<Caller> caller;
    String refusal = "";
    try {
      caller = caller(call);
      if (caller.isPresent()) {
        refusal = refusal(caller.get(), verb(call, page), page);
        told("");
      }
    } catch (TokenReviews.Busy e) {
      call.header("Retry-After", "1");
      call.line(503, String.valueOf(e.getMessage()));
      return false;
    } catch (IOException e) {
      told("the API server cannot be asked who may see this node: " + line(e));
      call.line(503, "the API server cannot be asked whether you may do this");
      return false;
    }
    if (caller.isEmpty()) {
      call.endAfter();
      call.header("WWW-Authenticate", "Bearer");
      call.line(401, "Unauthorized");
    } else if (!refusal.isEmpty()) {
      call.line(403, refusal);
    } else {
      call.admit();
    }
    return caller.isPresent() && refusal.isEmpty();
  }

  private static String line(IOException e) {
    return e instanceof FlintException flint ? FlintException.line(flint) : e.toString();
  }

  private Optional<Caller> caller(Call call) throws IOException {
    List<X509Certificate> chain = call.certificates();
    Optional<Caller> certified =
        certificates.isPresent() && !chain.isEmpty()
            ? certificates.get().caller(chain, clock.instant())
            : Optional.empty();
    if (certified.isPresent()) {
      return certified;
    }
    String said = call.asked("Authorization");
    return said.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? tokens.caller(said.substring(BEARER.length()).strip())
        : Optional.empty();
  }

  /** Empty if it is allowed. */
  private String refusal(Caller caller, String verb, Page page) throws IOException {
    for (String subresource : page.subresources()) {
      if (accesses.allows(caller, verb, subresource)) {
        return "";
      }
    }
    return "Forbidden (user="
        + caller.name()
        + ", verb="
        + verb
        + ", resource=nodes, subresource(s)="
        + page.subresources()
        + ")";
  }

  /** Whoever may only look does not run programs, also if a WebSocket begins with GET. */
  private static String verb(Call call, Page page) {
    if (page.isUpgrade()) {
      return "create";
    }
    return switch (call.method()) {
      case "GET", "HEAD" -> "get";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> "delete";
      // No role has such a verb but one that has all.
      default -> "unknown";
    };
  }

  private synchronized void told(String line) {
    if (!line.equals(trouble)) {
      trouble = line;
      warnings.accept(line.isEmpty() ? "the API server says again who may see this node" : line);
    }
  }
}
