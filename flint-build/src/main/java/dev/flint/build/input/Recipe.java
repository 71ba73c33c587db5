package dev.flint.build.input;

import dev.flint.build.file.Execution;
import dev.flint.oci.Digest;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Map;

/** Collects everything that a variant depends on and that is not a file. Confined to one thread. */
public final class Recipe {
  private final MessageDigest hasher = Digest.sha256Hasher();

  /** Begins with who builds: another version may make other bytes of the same. */
  public Recipe() {
    with("flint", String.valueOf(Recipe.class.getPackage().getImplementationVersion()));
  }

  /** Adds a value under its name. */
  public Recipe with(String name, String value) {
    Fingerprint.put(hasher, name);
    Fingerprint.put(hasher, value);
    return this;
  }

  /** Adds values in their order. */
  public Recipe with(String name, Collection<String> values) {
    with(name, Integer.toString(values.size()));
    values.forEach(value -> Fingerprint.put(hasher, value));
    return this;
  }

  /** Adds a map in its order. */
  public Recipe with(String name, Map<String, String> values) {
    with(name, Integer.toString(values.size()));
    values.forEach(this::with);
    return this;
  }

  /** Adds how it is started. */
  public Recipe with(Execution execution) {
    return with("command", execution.command())
        .with("args", execution.args())
        .with("env", execution.env())
        .with("workingDir", execution.workingDir())
        .with("user", execution.user())
        .with("ports", execution.ports())
        .with("memory", execution.memoryMib().toString())
        .with("cpus", execution.cpus().toString());
  }

  /** Tells all of it apart from any other; nothing is added afterwards. */
  public Digest end() {
    return Digest.of(hasher.digest());
  }
}
