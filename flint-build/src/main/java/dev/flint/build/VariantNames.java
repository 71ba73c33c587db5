package dev.flint.build;

import dev.flint.build.file.Kind;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.LayoutIndex;
import dev.flint.oci.transfer.LayoutImages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the variants of an image are called (docs/format.md, "Names"): the container has the name
 * itself, any other has a tag that ends in {@code -KIND}; a variant that is the only one has the
 * name itself too.
 */
public final class VariantNames {
  /** The annotation of an entry of the store's index that says which kind of variant it is. */
  public static final String VARIANT = "dev.flint.variant";

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
   * The names of an image and of its variants that a store has. Both the name and what the build
   * noted must say so: a tag may end in {@code -osv} for other reasons, and a variant may have got
   * another name since.
   *
   * @return the name itself first, if it is there
   */
  public static List<Reference> stored(LayoutIndex index, Reference name) throws FlintException {
    List<Reference> out = new ArrayList<>();
    String plain = LayoutImages.nameOf(name);
    for (Descriptor entry : index.entries()) {
      String own = LayoutIndex.nameOf(entry).orElse("");
      Optional<String> kind = entry.annotation(VARIANT);
      if (own.equals(plain)) {
        out.add(0, name);
      } else if (kind.isPresent() && own.equals(plain + "-" + kind.get())) {
        out.add(Reference.parse(own));
      }
    }
    return out;
  }
}
