package dev.flint.registry.auth;

import dev.flint.registry.http.Body;
import dev.flint.registry.http.Call;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a token server is asked for (the distribution project's token and OAuth2 specifications).
 *
 * @param realm the token server's URL, checked
 * @param sender the registry that named it; empty if the user vouches for it
 * @param service empty if the registry named none
 */
record TokenRequest(URI realm, Optional<URI> sender, String service, Scopes scopes) {
  /** Asks with a password, or as nobody. */
  Call get(Optional<Credential.Basic> user) {
    List<String> query = new ArrayList<>();
    if (realm.getRawQuery() != null && !realm.getRawQuery().isEmpty()) {
      query.add(realm.getRawQuery());
    }
    addService(query);
    scopes.all().forEach(scope -> query.add(pair("scope", scope.toString())));
    user.map(Credential.Basic::username)
        .filter(name -> !name.isEmpty())
        .ifPresent(name -> query.add(pair("account", name)));
    Call call = call("GET", page() + "?" + String.join("&", query));
    return user.isPresent() ? call.header("Authorization", user.get().header()) : call;
  }

  /** Asks with an identity token. */
  Call refresh(String identityToken) {
    return post(
        pair("grant_type", "refresh_token"),
        pair("client_id", "flint"),
        pair("refresh_token", identityToken));
  }

  /** Asks with a password, in the way of OAuth2. */
  Call password(Credential.Basic user) {
    return post(
        pair("grant_type", "password"),
        pair("client_id", "flint"),
        pair("username", user.username()),
        pair("password", user.secret()));
  }

  private Call post(String... pairs) {
    List<String> form = new ArrayList<>(List.of(pairs));
    addService(form);
    if (!scopes.all().isEmpty()) {
      form.add(pair("scope", scopes.toString()));
    }
    byte[] body = String.join("&", form).getBytes(StandardCharsets.UTF_8);
    String query = realm.getRawQuery() == null ? "" : "?" + realm.getRawQuery();
    return call("POST", page() + query).body(Body.of("application/x-www-form-urlencoded", body));
  }

  private Call call(String method, String url) {
    Call call = Call.of(method, URI.create(url));
    return sender.isPresent() ? call.sentBy(sender.get()) : call;
  }

  private String page() {
    String path = realm.getRawPath();
    return realm.getScheme() + "://" + realm.getRawAuthority() + (path.isEmpty() ? "/" : path);
  }

  private void addService(List<String> pairs) {
    if (!service.isEmpty()) {
      pairs.add(pair("service", service));
    }
  }

  private static String pair(String name, String value) {
    // A plus stands for a space in forms, but not to everybody in a query.
    return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Without the query, which may hold anything. */
  @Override
  public String toString() {
    return page() + " for " + scopes;
  }
}
