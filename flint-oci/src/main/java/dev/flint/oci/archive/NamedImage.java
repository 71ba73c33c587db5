package dev.flint.oci.archive;

import dev.flint.oci.Descriptor;
import java.util.List;

/**
 * An image of a bundle.
 *
 * @param root its manifest or index
 * @param names under which it is listed; none for an image that is known by digest alone
 */
public record NamedImage(Descriptor root, List<String> names) {}
