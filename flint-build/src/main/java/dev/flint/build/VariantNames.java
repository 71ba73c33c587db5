package dev.flint.build;

import dev.flint.build.file.Kind;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.transfer.LayoutImages;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the variants of an image are called (docs/format.md, "Names"): the container has the name
 * itself, any other has a tag that ends in {@code -KIND}; a variant that is the only one has the
 * name itself too.
 */
public final class VariantNames {
  /** The annotation of an entry of the store's index that says which kind of variant it is. */
  public static final String VARIANT = "dev.flint.variant";

  /** The annotation beside it that tells the variants of one build. */
  public static final String BUILD = "dev.flint.build";

  private VariantNames() {}

  /**
   * The name of a variant.
   *
   * @param all kinds of the build file, not only those that are built now: a name must not depend
   *     on what else is built
   * @throws FlintException USAGE if the tag would be too long
   */
  public static Reference of(Reference name, Kind kind, List<Kind> all) throws FlintException {
    if (all.size() == 1 || kind == Kind.CONTAINERD) {
      return name;
    }
    try {
      return Reference.of(name.host(), name.repository(), name.tag() + "-" + kind.id());
    } catch (IllegalArgumentException e) {
      throw new FlintException(
          ErrorCode.USAGE, "the tag " + name.tag() + " leaves no room for -" + kind.id(), e);
    }
  }

  /**
   * The names of everything that a build makes.
   *
   * @throws FlintException USAGE if a tag would be too long, or two variants would have one name
   */
  static Map<Kind, List<Reference>> all(BuildRequest request) throws FlintException {
    Map<Kind, List<Reference>> names = new LinkedHashMap<>();
    Map<String, Kind> owners = new HashMap<>();
    for (Kind kind : request.kinds()) {
      List<Reference> own = new ArrayList<>();
      for (Reference name : new LinkedHashSet<>(request.names())) {
        own.add(of(name, kind, request.file().kinds()));
      }
      names.put(kind, List.copyOf(own));
    }
    // Also of those that are not built now: they must not lose their names to others.
    for (Kind kind : request.file().kinds()) {
      for (Reference name : new LinkedHashSet<>(request.names())) {
        String own = LayoutImages.nameOf(of(name, kind, request.file().kinds()));
        Kind other = owners.put(own, kind);
        if (other != null) {
          throw new FlintException(
              ErrorCode.USAGE,
              own + " would be the name of two variants: " + other + " and " + kind,
              "give one of the tags another name");
        }
      }
    }
    return names;
  }

  /**
   * What is noted of a variant.
   *
   * @param build of {@link #build}
   */
  static Map<String, String> notes(Kind kind, String build) {
    return Map.of(VARIANT, kind.id(), BUILD, build);
  }

  /** Tells a set of variants that was built at once apart from any other. */
  static String build(List<Descriptor> variants) {
    List<String> digests = new ArrayList<>();
    variants.forEach(variant -> digests.add(variant.digest().toString()));
    Collections.sort(digests);
    return Digest.sha256(String.join("\n", digests).getBytes(StandardCharsets.UTF_8)).encoded();
  }

  /**
   * The other variants of an image in a store.
   *
   * @param siblings made by the same build
   * @param strangers that have the name of one, but are of another build
   */
  public record Others(List<Reference> siblings, List<Reference> strangers) {
    /** Copies the lists. */
    public Others {
      siblings = List.copyOf(siblings);
      strangers = List.copyOf(strangers);
    }
  }

  /**
   * The other variants of an image that a store has. Both the name and what the build noted must
   * say so: a tag may end in {@code -osv} for other reasons, and a variant may have got another
   * name since.
   */
  public static Others others(LayoutIndex index, Reference name) throws FlintException {
    String plain = LayoutImages.nameOf(name);
    Optional<Descriptor> self = index.find(plain);
    Optional<String> build = self.isPresent() ? self.get().annotation(BUILD) : Optional.empty();
    List<Reference> siblings = new ArrayList<>();
    List<Reference> strangers = new ArrayList<>();
    for (Descriptor entry : index.entries()) {
      String own = LayoutIndex.nameOf(entry).orElse("");
      Optional<String> kind = entry.annotation(VARIANT);
      if (kind.isPresent() && own.equals(plain + "-" + kind.get())) {
        boolean same = build.isPresent() && build.equals(entry.annotation(BUILD));
        (same ? siblings : strangers).add(Reference.parse(own));
      }
    }
    return new Others(siblings, strangers);
  }
}
