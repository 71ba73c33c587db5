package dev.flint.oci.foreignimage;

import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import dev.flint.oci.layer.LayerScan;
import dev.flint.oci.layer.LayerScan.Kind;
import dev.flint.oci.layer.LayerUnpacker.Sink;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;

/**
 * A file that is looked for in layers from the top down, and what those so far said of it (OCI
 * image spec, layer.md, "Whiteouts"). What a layer removes is removed from those below it only.
 */
final class WantedFile {
  private static final int BUFFER = 128 * 1024;
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  /** More removals in one folder are an attack on the memory. */
  private static final int MAX_REMOVALS = 1 << 14;

  private final String path;
  private final boolean anyWithin;
  private final Set<String> goneNames = new HashSet<>();
  private final Set<String> goneBelowNames = new HashSet<>();
  private boolean gone;
  private boolean goneBelow;
  private String found = "";

  /**
   * Looks for a path.
   *
   * @param anyWithin whether the path is a folder whose only file is wanted
   */
  WantedFile(String path, boolean anyWithin) {
    this.path = path;
    this.anyWithin = anyWithin;
  }

  boolean isFound() {
    return !found.isEmpty();
  }

  /** Whether the layers below cannot change anything. */
  boolean isSettled() {
    return gone || (isFound() && !anyWithin);
  }

  /** A layer has ended, and the one below begins. */
  void nextLayer() {
    gone |= goneBelow;
    goneNames.addAll(goneBelowNames);
    goneBelowNames.clear();
  }

  void visit(LayerScan.Entry entry, InputStream in, Sink sink) throws IOException {
    String name = entry.path();
    int slash = name.lastIndexOf('/');
    String base = name.substring(slash + 1);
    if (base.startsWith(WHITEOUT)) {
      String folder = name.substring(0, slash + 1);
      remove(
          base.equals(OPAQUE)
              ? folder.replaceFirst("/$", "")
              : folder + base.substring(WHITEOUT.length()));
    } else if (isAbove(name)) {
      visitAbove(entry);
    } else if (anyWithin ? name.startsWith(path + "/") : name.equals(path)) {
      take(entry, in, sink);
    }
  }

  private void remove(String name) throws FlintException {
    if (name.equals(path) || isAbove(name)) {
      goneBelow = true;
    } else if (anyWithin && name.startsWith(path + "/")) {
      if (goneBelowNames.size() >= MAX_REMOVALS) {
        throw new FlintException(
            ErrorCode.POLICY, "a layer removes more than " + MAX_REMOVALS + " files of a folder");
      }
      goneBelowNames.add(name);
    }
  }

  /** Whether a path is one of the folders that lead to what is wanted. */
  private boolean isAbove(String name) {
    return name.isEmpty() || path.startsWith(name + "/") || (anyWithin && path.equals(name));
  }

  private void visitAbove(LayerScan.Entry entry) throws FlintException {
    if (entry.kind() == Kind.OTHER) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "/" + entry.path() + " of the image is a link or special file, not followed");
    }
    goneBelow |= entry.kind() == Kind.FILE;
  }

  private void take(LayerScan.Entry entry, InputStream in, Sink sink) throws IOException {
    String name = entry.path();
    if (goneNames.contains(name)) {
      return;
    }
    if (name.equals(found)) {
      throw new FlintException(ErrorCode.UNSUPPORTED, "the image has /" + name + " twice");
    }
    if (isFound()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED, "the image has more than one file in /" + path);
    }
    if (entry.kind() != Kind.FILE || name.indexOf('/', path.length() + 1) >= 0) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED, "/" + name + " of the image is no plain file");
    }
    byte[] buffer = new byte[BUFFER];
    long copied = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      sink.write(buffer, 0, n);
      copied += n;
    }
    if (copied != entry.size()) {
      throw new IntegrityException("the layer's tar is cut off within the file");
    }
    found = name;
    if (anyWithin) {
      goneBelowNames.add(name);
    }
  }
}
