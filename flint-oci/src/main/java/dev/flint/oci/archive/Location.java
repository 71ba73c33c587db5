package dev.flint.oci.archive;

import dev.flint.oci.Reference;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A place an image is copied from or to, as skopeo spells it (docs/copy.md). A prefix decides; what
 * has none is in a registry. Always well-formed.
 */
public sealed interface Location {
  /** In a registry: {@code REF} or {@code docker://REF}. */
  record Registry(Reference reference) implements Location {
    @Override
    public String toString() {
      return reference.toString();
    }
  }

  /** In Flint's local store: {@code store:REF}. */
  record Store(Reference reference) implements Location {
    @Override
    public String toString() {
      return "store:" + reference;
    }
  }

  /**
   * In an image layout folder: {@code oci:DIR[:NAME]}.
   *
   * @param name the {@code ref.name} annotation of its entry
   */
  record Folder(Path folder, Optional<String> name) implements Location {
    @Override
    public String toString() {
      return "oci:" + folder + suffix(name);
    }
  }

  /**
   * In an archive: {@code oci-archive:FILE[:NAME]}, {@code docker-archive:FILE[:REF]} or {@code -}.
   *
   * @param file empty for standard input or output
   * @param name of the image within the archive
   */
  record Archive(Form form, Optional<Path> file, Optional<String> name) implements Location {
    @Override
    public String toString() {
      return form.prefix + file.map(Path::toString).orElse("-") + suffix(name);
    }
  }

  /** The two kinds of archives. */
  enum Form {
    /** A tar of an OCI image layout. */
    OCI("oci-archive:"),
    /** What {@code docker save} writes. */
    DOCKER("docker-archive:");

    private final String prefix;

    Form(String prefix) {
      this.prefix = prefix;
    }
  }

  /**
   * Parses a place.
   *
   * @throws IllegalArgumentException naming the text and the rule it breaks
   */
  static Location parse(String text) {
    if (text.equals("-")) {
      return new Archive(Form.OCI, Optional.empty(), Optional.empty());
    }
    for (Form form : Form.values()) {
      if (text.startsWith(form.prefix)) {
        return archive(form, new Parts(text, form.prefix));
      }
    }
    if (text.startsWith("oci:")) {
      Parts parts = new Parts(text, "oci:");
      return new Folder(parts.path(), parts.layoutName());
    }
    if (text.startsWith("store:")) {
      return new Store(Reference.parse(text.substring("store:".length())));
    }
    String prefix = "docker://";
    Reference reference =
        Reference.parse(text.startsWith(prefix) ? text.substring(prefix.length()) : text);
    if (reference.host().isEmpty()) {
      throw new IllegalArgumentException(
          text + " names no registry; an image of the local store is store:" + reference.tagged());
    }
    return new Registry(reference);
  }

  private static Archive archive(Form form, Parts parts) {
    Optional<Path> file = parts.isStandardStream() ? Optional.empty() : Optional.of(parts.path());
    return new Archive(form, file, form == Form.OCI ? parts.layoutName() : parts.dockerName());
  }

  private static String suffix(Optional<String> name) {
    return name.map(text -> ":" + text).orElse("");
  }

  /**
   * The text after a prefix. As in skopeo the first colon ends the path, so that names may hold
   * colons; a path cannot.
   */
  final class Parts {
    /** The grammar of the image spec (annotations.md, "ref.name"), and underscores. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@/+_-]{0,511}");

    private final String text;
    private final String path;
    private final Optional<String> name;

    private Parts(String text, String prefix) {
      this.text = text;
      String rest = text.substring(prefix.length());
      int colon = rest.indexOf(':');
      path = colon < 0 ? rest : rest.substring(0, colon);
      name = colon < 0 ? Optional.empty() : Optional.of(rest.substring(colon + 1));
    }

    private boolean isStandardStream() {
      return path.equals("-");
    }

    private Path path() {
      if (path.isEmpty()) {
        throw malformed("it names no file");
      }
      if (path.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
        throw malformed("the path holds control characters");
      }
      try {
        return Path.of(path);
      } catch (InvalidPathException e) {
        throw malformed("the path is malformed");
      }
    }

    private Optional<String> layoutName() {
      if (name.isPresent() && !NAME.matcher(name.get()).matches()) {
        throw malformed(
            "a name in a layout is letters, digits and any of ._:@/+-, and starts with one of the first two");
      }
      return name;
    }

    private Optional<String> dockerName() {
      if (name.isEmpty()) {
        return name;
      }
      Reference reference = Reference.parse(name.get());
      if (reference.digest().isPresent()) {
        throw malformed("a name in a docker-archive has no digest");
      }
      return Optional.of(reference.tagged());
    }

    private IllegalArgumentException malformed(String rule) {
      return new IllegalArgumentException("not a place for an image: \"" + text + "\": " + rule);
    }
  }
}
