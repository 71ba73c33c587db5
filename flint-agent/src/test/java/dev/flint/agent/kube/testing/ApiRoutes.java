package dev.flint.agent.kube.testing;

import java.util.List;
import java.util.Optional;

/** What each request does; watches are {@link Watches}' own. */
final class ApiRoutes {
  private static final String STRATEGIC = "application/strategic-merge-patch+json";
  private static final String MERGE = "application/merge-patch+json";

  private final ObjectStore store;
  private final ObjectWrites writes;
  private final Deletion deletion;
  private final Lists lists;
  private final Admission admission;
  private final Tokens tokens;
  private final Reviews reviews;
  private final CertificateRequests certificates;

  ApiRoutes(
      ObjectStore store,
      ObjectWrites writes,
      Deletion deletion,
      Lists lists,
      Admission admission,
      Tokens tokens,
      Reviews reviews,
      CertificateRequests certificates) {
    this.store = store;
    this.writes = writes;
    this.deletion = deletion;
    this.lists = lists;
    this.admission = admission;
    this.tokens = tokens;
    this.reviews = reviews;
    this.certificates = certificates;
  }

  Answer answer(ApiRequest request) throws Refusal {
    if (request.path().isVirtual()) {
      return reviews.answer(request);
    }
    boolean one = !request.path().name().isEmpty();
    return switch (request.method()) {
      case "GET" -> one ? get(request) : lists.list(request);
      case "POST" -> one ? act(request) : create(request);
      case "PUT" -> put(request);
      case "PATCH" -> patch(request);
      case "DELETE" -> delete(request);
      default -> throw Refusal.methodNotAllowed();
    };
  }

  private Answer get(ApiRequest request) throws Refusal {
    part(request);
    return Answer.of(200, store.get(request.path().key()));
  }

  private Answer create(ApiRequest request) throws Refusal {
    ObjectKey key = request.path().key();
    Tree object = request.object();
    Optional<String> kind = object.text("kind");
    if (kind.isPresent() && !kind.get().equals(key.resource().kind())) {
      throw Refusal.badRequest(kind.get() + " in the body does not match " + key.resource().kind());
    }
    admission.admit(key, object, request.user());
    Stored stored = writes.create(key, object);
    certificates.made(stored);
    return Answer.of(201, stored);
  }

  /** A POST to something that belongs to an object. */
  private Answer act(ApiRequest request) throws Refusal {
    ObjectKey key = request.path().key();
    String action = key.resource().plural() + "/" + request.path().subresource();
    return switch (action) {
      case "serviceaccounts/token" ->
          new Answer(201, tokens.issue(key, request.object()).toString(), 0);
      case "pods/binding" -> {
        bind(key, request.object());
        yield Answer.of(201, success());
      }
      case "pods/eviction" -> {
        Optional<Tree> options = request.object().child("deleteOptions");
        deletion.delete(key, DeleteOptions.of(options, Optional.empty()));
        yield Answer.of(201, success());
      }
      default -> throw Refusal.methodNotAllowed();
    };
  }

  private void bind(ObjectKey key, Tree binding) throws Refusal {
    synchronized (store) {
      Tree pod = store.get(key).edit();
      if (!pod.text("spec", "nodeName").orElse("").isEmpty()) {
        throw Refusal.conflict(key, "pod is already assigned to a node");
      }
      pod.make("spec").set("nodeName", binding.text("target", "name").orElse(""));
      Tree condition =
          new Tree()
              .set("type", "PodScheduled")
              .set("status", "True")
              .set("lastTransitionTime", pod.text("metadata", "creationTimestamp").orElse(""));
      pod.make("status").set("conditions", List.of(condition));
      writes.replaceWhole(key, pod);
    }
  }

  private Answer put(ApiRequest request) throws Refusal {
    ObjectKey key = request.path().key();
    if (key.resource() == Resource.LEASES && store.find(key).isEmpty()) {
      Optional<String> uid = request.object().text("metadata", "uid");
      if (uid.isPresent()) {
        // Only a lease that never was is made so; one that was deleted is not brought back.
        throw Refusal.conflict(
            key,
            "StorageError: invalid object, Code: 4, AdditionalErrorMsg: Precondition failed: UID in"
                + " precondition: "
                + uid.get()
                + ", UID in object meta: ");
      }
      return Answer.of(201, writes.create(key, request.object()));
    }
    return Answer.of(200, writes.replace(key, request.object(), part(request)));
  }

  private Answer patch(ApiRequest request) throws Refusal {
    String type = request.received().contentType().split(";", 2)[0].strip();
    if (!type.equals(STRATEGIC) && !type.equals(MERGE)) {
      throw Refusal.of(
          415,
          "UnsupportedMediaType",
          "the body of the request was in an unknown format - accepted media types include: "
              + MERGE
              + ", "
              + STRATEGIC);
    }
    boolean strategic = type.equals(STRATEGIC);
    return Answer.of(
        200, writes.patch(request.path().key(), request.object(), strategic, part(request)));
  }

  private Answer delete(ApiRequest request) throws Refusal {
    if (request.path().name().isEmpty()) {
      throw Refusal.methodNotAllowed();
    }
    Optional<Tree> body =
        request.body().length == 0 ? Optional.empty() : Optional.of(request.object());
    ObjectKey key = request.path().key();
    Stored last = deletion.delete(key, DeleteOptions.of(body, request.asked("gracePeriodSeconds")));
    if (key.resource() == Resource.PODS || store.find(key).isPresent()) {
      return Answer.of(200, last);
    }
    Tree details =
        new Tree()
            .set("name", key.name())
            .set("kind", key.resource().plural())
            .set("uid", last.uid());
    return Answer.of(200, success().set("details", details));
  }

  private static Tree success() {
    return new Tree()
        .set("kind", "Status")
        .set("apiVersion", "v1")
        .set("metadata", new Tree())
        .set("status", "Success");
  }

  private static ObjectWrites.Part part(ApiRequest request) throws Refusal {
    ApiPath path = request.path();
    if (path.subresource().isEmpty()) {
      return ObjectWrites.Part.MAIN;
    } else if (path.subresource().equals("status") && path.resource().hasStatus()) {
      return ObjectWrites.Part.STATUS;
    } else if (path.subresource().equals("approval")
        && path.resource() == Resource.CERTIFICATE_REQUESTS) {
      return ObjectWrites.Part.APPROVAL;
    }
    throw Refusal.noSuchPath();
  }
}
