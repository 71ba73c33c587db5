package dev.flint.build.file;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a variant runs on; its name is the word for it in build files, tags and options. */
public enum Kind {
  /** A container image. */
  CONTAINERD("containerd"),
  /** The disk of an OSv unikernel. */
  OSV("osv");

  private final String id;

  Kind(String id) {
    this.id = id;
  }

  /** The word for it. */
  public String id() {
    return id;
  }

  /** The kind of that name. */
  public static Optional<Kind> of(String id) {
    return Arrays.stream(values()).filter(kind -> kind.id.equals(id)).findFirst();
  }

  /** All words. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(Kind::id).toList();
  }

  @Override
  public String toString() {
    return id;
  }
}
