package dev.flint.agent.kube.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Who sent a request: by certificate (CN is the user, each O a group), or by bearer token. */
final class Identities {
  private static final String BEARER = "bearer ";

  private final Users users;
  private final Tokens tokens;

  Identities(Users users, Tokens tokens) {
    this.users = users;
    this.tokens = tokens;
  }

  User of(HttpExchange exchange) throws Refusal {
    Optional<User> byCertificate =
        exchange instanceof HttpsExchange https ? certified(https) : Optional.empty();
    if (byCertificate.isPresent()) {
      return byCertificate.get();
    }
    String said = exchange.getRequestHeaders().getFirst("Authorization");
    if (said != null && said.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      String token = said.substring(BEARER.length()).strip();
      Optional<User> user = users.of(token).or(() -> tokens.of(token));
      if (user.isPresent()) {
        return user.get();
      } else if (!users.takesAnybody()) {
        throw Refusal.unauthorized();
      }
    }
    if (!users.takesAnybody()) {
      throw Refusal.unauthorized();
    }
    return User.ANYBODY;
  }

  private static Optional<User> certified(HttpsExchange exchange) {
    try {
      String principal = exchange.getSSLSession().getPeerPrincipal().getName();
      String name = "";
      List<String> groups = new ArrayList<>();
      for (Rdn part : new LdapName(principal).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          name = part.getValue().toString();
        } else if (part.getType().equalsIgnoreCase("O")) {
          groups.add(part.getValue().toString());
        }
      }
      groups.add("system:authenticated");
      return Optional.of(new User(name, groups));
    } catch (SSLPeerUnverifiedException | InvalidNameException e) {
      return Optional.empty();
    }
  }
}
