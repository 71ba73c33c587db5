package dev.flint.agent.kube.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers whose token that is (TokenReview) and who may do what (SubjectAccessReview). Tokens are
 * those of {@link Users} and those that the server gave out; what is allowed is what a test says,
 * and nothing else. Thread-safe.
 */
public final class Reviews {
  /** Something that a user may do. */
  private record Allowed(String user, Grant grant) {}

  private final Users users;
  private final Tokens tokens;
  private final Set<Allowed> allowed = ConcurrentHashMap.newKeySet();

  Reviews(Users users, Tokens tokens) {
    this.users = users;
    this.tokens = tokens;
  }

  /**
   * Reviews say that a user may do this.
   *
   * @param grant for example {@code get} of {@code nodes/log}
   */
  public void allow(String user, Grant grant) {
    allowed.add(new Allowed(user, grant));
  }

  /** Reviews say this no more. */
  public void deny(String user, Grant grant) {
    allowed.remove(new Allowed(user, grant));
  }

  Answer answer(ApiRequest request) throws Refusal {
    ApiPath path = request.path();
    if (!request.method().equals("POST") || !path.name().isEmpty()) {
      throw Refusal.methodNotAllowed();
    }
    Tree review = request.object();
    Tree status =
        switch (path.plural()) {
          case "tokenreviews" -> token(review.make("spec"));
          case "subjectaccessreviews" -> access(review.make("spec"));
          case "selfsubjectaccessreviews" -> self(review.make("spec"), request.user());
          default -> throw Refusal.noSuchPath();
        };
    return new Answer(201, review.set("status", status).toString(), 0);
  }

  private Tree token(Tree spec) {
    String token = spec.text("token").orElse("");
    Optional<User> user = users.of(token).or(() -> tokens.of(token));
    List<String> audiences = new ArrayList<>(tokens.audiences(token));
    if (!spec.strings("audiences").isEmpty()) {
      audiences.retainAll(spec.strings("audiences"));
    }
    if (user.isEmpty() || audiences.isEmpty()) {
      return new Tree().set("user", new Tree()).set("error", "[invalid bearer token]");
    }
    return new Tree()
        .set("authenticated", true)
        .set(
            "user",
            new Tree().set("username", user.get().name()).setTexts("groups", user.get().groups()))
        .setTexts("audiences", audiences);
  }

  private Tree access(Tree spec) {
    String user = spec.text("user").orElse("");
    boolean yes = allowed.contains(new Allowed(user, grant(spec)));
    return yes
        ? new Tree().set("allowed", true).set("reason", "a test says so")
        : new Tree().set("allowed", false);
  }

  private Tree self(Tree spec, User user) {
    Tree attributes = spec.make("resourceAttributes");
    boolean yes =
        users.allows(
            user,
            grant(spec),
            attributes.text("namespace").orElse(""),
            attributes.text("name").orElse(""));
    return new Tree().set("allowed", yes);
  }

  private static Grant grant(Tree spec) {
    Tree attributes = spec.make("resourceAttributes");
    String subresource = attributes.text("subresource").orElse("");
    String resource = attributes.text("resource").orElse("");
    return new Grant(
        attributes.text("group").orElse(""),
        subresource.isEmpty() ? resource : resource + "/" + subresource,
        attributes.text("verb").orElse(""));
  }
}
