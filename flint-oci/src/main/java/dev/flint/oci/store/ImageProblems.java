package dev.flint.oci.store;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.store.StoreProblem.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the images of a layout lack. Reads documents, never layers. Confined to one thread; to be
 * used while nobody removes blobs.
 */
final class ImageProblems {
  private final OciLayout layout;
  private final Map<Digest, BadBlob> bad = new HashMap<>();
  private final Map<Found, TreeSet<String>> found = new LinkedHashMap<>();
  private final Map<Digest, TreeSet<String>> sufferers = new HashMap<>();

  /** Those about which something was found. */
  private final Set<Digest> told = new HashSet<>();

  private record Found(Kind kind, Digest digest, String detail) {}

  /**
   * Looks at a layout.
   *
   * @param bad blobs that are known to be bad
   */
  ImageProblems(OciLayout layout, List<BadBlob> bad) {
    this.layout = layout;
    bad.forEach(blob -> this.bad.put(blob.digest(), blob));
  }

  /** Follows all entries that are not retired, and returns how many there are. */
  int follow(LayoutIndex index) throws IOException {
    Map<Descriptor, List<String>> roots = new LinkedHashMap<>();
    int count = 0;
    for (Descriptor entry : index.entries()) {
      if (!LayoutIndex.isRetired(entry)) {
        count++;
        roots
            .computeIfAbsent(entry, any -> new ArrayList<>())
            .add(LayoutIndex.nameOf(entry).orElse(entry.digest().toString()));
      }
    }
    for (Map.Entry<Descriptor, List<String>> root : roots.entrySet()) {
      new LayoutGraph(layout, new Visitor(root.getValue())).walk(root.getKey());
    }
    return count;
  }

  private final class Visitor implements LayoutGraph.Visitor {
    private final List<String> names;

    Visitor(List<String> names) {
      this.names = names;
    }

    @Override
    public void part(Descriptor part, BlobRole role) throws IOException {
      Digest digest = part.digest();
      if (bad.containsKey(digest)) {
        sufferers.computeIfAbsent(digest, any -> new TreeSet<>()).addAll(names);
        return;
      }
      Optional<Blob> blob;
      try {
        blob = layout.find(digest);
      } catch (FlintException e) {
        add(Kind.NOT_A_FILE, digest, String.valueOf(e.getMessage()));
        return;
      }
      if (blob.isEmpty()) {
        add(Kind.MISSING, digest, "it is not there");
      } else if (blob.get().size() != part.size()) {
        add(
            Kind.WRONG_SIZE,
            digest,
            "it is " + blob.get().size() + " bytes long, announced were " + part.size());
      }
    }

    @Override
    public void closed(Descriptor document, IOException why) {
      Digest digest = document.digest();
      if (bad.containsKey(digest) || told.contains(digest)) {
        return;
      }
      String detail = String.valueOf(why.getMessage());
      if (why instanceof FlintException flint) {
        if (flint.code() != ErrorCode.NOT_FOUND) {
          add(flint.code() == ErrorCode.INTEGRITY ? Kind.DAMAGED : Kind.MALFORMED, digest, detail);
        }
      } else {
        add(Kind.UNREADABLE, digest, detail);
      }
    }

    private void add(Kind kind, Digest digest, String detail) {
      told.add(digest);
      found.computeIfAbsent(new Found(kind, digest, detail), any -> new TreeSet<>()).addAll(names);
    }
  }

  /** All there are, those of bad blobs too, sorted. */
  List<StoreProblem> problems() {
    List<StoreProblem> problems = new ArrayList<>();
    bad.forEach(
        (digest, blob) ->
            problems.add(
                blob.problem(List.copyOf(sufferers.getOrDefault(digest, new TreeSet<>())))));
    found.forEach(
        (what, names) ->
            problems.add(
                new StoreProblem(
                    what.kind(),
                    what.digest().toString(),
                    List.copyOf(names),
                    what.detail(),
                    remedy(what.kind(), names.first()))));
    problems.sort(Comparator.comparing(StoreProblem::kind).thenComparing(StoreProblem::subject));
    return problems;
  }

  private static String remedy(Kind kind, String given) {
    // Whoever made the layout may have named it so that a shell would do more than asked.
    String name = isReference(given) ? given : "the image";
    return switch (kind) {
      case MISSING ->
          name.indexOf('/') > 0 ? "flint pull " + name : "import or load " + name + " again";
      case WRONG_SIZE, DAMAGED, NOT_A_FILE ->
          "flint store fsck --repair, then get " + name + " again";
      default -> isReference(given) ? "remove it with flint rmi " + name : "remove the image";
    };
  }

  private static boolean isReference(String name) {
    try {
      Reference.parse(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
