package dev.flint.agent.image;

import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Which images pods may run. Asked when a name was resolved, and before any of its blobs is
 * fetched.
 *
 * @param digestOnly only what is asked for by its digest
 * @param places registries, or repositories and what is below them: {@code HOST[:PORT][/PREFIX]};
 *     any if there are none
 * @param program that is asked last
 */
public record Admission(
    boolean digestOnly, List<String> places, Optional<AdmissionProgram> program) {
  /** All images. */
  public static final Admission ALL = new Admission(false, List.of(), Optional.empty());

  /** Copies the list. */
  public Admission {
    places = List.copyOf(places);
  }

  /**
   * Parses a place.
   *
   * @return its canonical text
   * @throws IllegalArgumentException if it is none
   */
  public static String parsePlace(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return Reference.parseHost(text);
    }
    Reference.parseHost(text.substring(0, slash));
    Reference place = Reference.parse(text.endsWith("/") ? cut(text) : text);
    if (!place.isTagImplied()) {
      throw new IllegalArgumentException("not a place of images: \"" + text + "\" has a tag");
    }
    return place.name();
  }

  private static String cut(String text) {
    return text.substring(0, text.length() - 1);
  }

  /**
   * Lets an image pass.
   *
   * @param reference as it was asked for
   * @param resolved what it leads to: the digest of an index, or of the image itself
   * @throws NotAdmittedException if it may not
   */
  void require(Reference reference, Digest resolved) throws IOException {
    if (digestOnly && reference.digest().isEmpty()) {
      throw new NotAdmittedException(
          reference, "it is not pinned by its digest, which now is " + resolved);
    }
    if (!places.isEmpty() && !isAllowedPlace(reference)) {
      throw new NotAdmittedException(
          reference, "it does not come from " + String.join(" or ", places));
    }
    if (program.isPresent()) {
      program.get().require(reference, resolved);
    }
  }

  private boolean isAllowedPlace(Reference reference) {
    if (reference.host().isEmpty()) {
      return false;
    }
    for (String place : places) {
      // Up to the end of a name: registry.lan/team is not registry.lan/team2.
      if ((reference.name() + "/").startsWith(place + "/")) {
        return true;
      }
    }
    return false;
  }
}
