package dev.flint.cli.command;

import dev.flint.cli.console.Result;
import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import dev.flint.oci.json.JsonObject;
import java.util.List;
import java.util.function.Supplier;

/**
 * An image that a command made, moved or named, as all of them tell it.
 *
 * @param reference its name, without the digest
 */
record Pinned(String reference, Digest digest) {
  static Pinned of(Reference reference, Digest digest) {
    return new Pinned(reference.tagged(), digest);
  }

  /** The name that always means this very image. */
  String text() {
    return reference + "@" + digest;
  }

  /** Several of them, as a result. */
  static Result result(String schema, List<Pinned> images) {
    Supplier<List<String>> names = () -> images.stream().map(Pinned::text).toList();
    return Result.list(schema, "images", images.stream().map(Pinned::json).toList(), names, names);
  }

  /** This one, as a result. */
  Result result(String schema) {
    return Result.object(schema, json(), text());
  }

  JsonObject json() {
    return JsonObject.empty()
        .with("reference", reference)
        .with("digest", digest.toString())
        .with("pinned", text());
  }
}
