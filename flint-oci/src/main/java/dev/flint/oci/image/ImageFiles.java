package dev.flint.oci.image;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Digest;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.backend.BackendKind;
import dev.flint.oci.backend.FileSlot;
import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.error.IntegrityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Which layer of an image is which file (docs/format.md, "Images of several files"). */
public final class ImageFiles {
  private final DiskImage image;

  private ImageFiles(DiskImage image) {
    this.image = image;
  }

  /** Whether an image says that its layers are files of a machine that are no disks. */
  public static boolean areIn(DiskImage image) throws FlintException {
    if (image.config().labels().containsKey(FeatherKeys.FILES)) {
      return true;
    }
    for (Descriptor layer : image.manifest().layers()) {
      if (layer.annotation(FeatherKeys.FILE_ROLE).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /**
   * The files in the order of their layers: one disk, or those that annotations and label tell.
   *
   * @throws FlintException PROTOCOL if the image contradicts itself or lacks a file that its
   *     backend needs, UNSUPPORTED if it has none or one of an unknown role
   */
  public static List<ImageFile> of(DiskImage image) throws FlintException {
    return areIn(image) ? new ImageFiles(image).read() : List.of(image.file());
  }

  private List<ImageFile> read() throws FlintException {
    List<Descriptor> layers = image.manifest().layers();
    List<Digest> diffIds = image.config().diffIds();
    if (diffIds.size() != layers.size()) {
      throw new IntegrityException(
          "image %s has %d layers, its config names %d"
              .formatted(name(), layers.size(), diffIds.size()));
    }
    List<String> labelled = labelled(layers.size());
    List<ImageFile> files = new ArrayList<>();
    Set<FileRole> roles = EnumSet.noneOf(FileRole.class);
    for (int i = 0; i < layers.size(); i++) {
      Descriptor layer = layers.get(i);
      FileRole role = role(layer, labelled.isEmpty() ? "" : labelled.get(i));
      if (!roles.add(role)) {
        throw wrong("has two layers for its " + role.id());
      }
      DiskImage.requireTar(layer);
      files.add(new ImageFile(role, layer, diffIds.get(i), digest(layer, role), size(layer)));
    }
    checkAgainstBackend(roles);
    return List.copyOf(files);
  }

  private List<String> labelled(int layers) throws FlintException {
    String label = image.config().labels().getOrDefault(FeatherKeys.FILES, "");
    List<String> roles = label.isEmpty() ? List.of() : Arrays.asList(label.split(",", -1));
    if (!roles.isEmpty() && roles.size() != layers) {
      throw wrong(
          "has %d layers, its label %s names %d"
              .formatted(layers, FeatherKeys.FILES, roles.size()));
    }
    return roles;
  }

  private FileRole role(Descriptor layer, String labelled) throws FlintException {
    String annotated = layer.annotation(FeatherKeys.FILE_ROLE).orElse("");
    if (!annotated.isEmpty() && !labelled.isEmpty() && !annotated.equals(labelled)) {
      throw wrong(
          "contradicts itself: a layer is its %s by its annotation and its %s by the label"
              .formatted(annotated, labelled));
    }
    String id = annotated.isEmpty() ? labelled : annotated;
    if (id.isEmpty()) {
      throw wrong("does not say what layer " + layer.digest() + " is for");
    }
    if (id.equals(FileRole.DISK.id())) {
      // Disks are told by their backend alone, so that none passes by what is asked of disks.
      throw wrong("says by " + FeatherKeys.FILE_ROLE + " that it is a disk, which no disk does");
    }
    return FileRole.byId(id)
        .orElseThrow(
            () ->
                new FlintException(
                    ErrorCode.UNSUPPORTED,
                    "image " + name() + " has a file of the unknown role " + id));
  }

  private Optional<Digest> digest(Descriptor layer, FileRole role) throws FlintException {
    Optional<String> annotated = layer.annotation(FeatherKeys.FILE_DIGEST);
    Optional<String> labelled = Optional.ofNullable(image.config().labels().get(digestLabel(role)));
    if (annotated.isPresent() && labelled.isPresent() && !annotated.equals(labelled)) {
      throw wrong("announces two digests of its " + role.id());
    }
    try {
      return annotated.or(() -> labelled).map(Digest::parse);
    } catch (IllegalArgumentException e) {
      throw wrong("has a " + FeatherKeys.FILE_DIGEST + " that is " + e.getMessage());
    }
  }

  /** The label that carries the digest of a file past tools that drop annotations. */
  static String digestLabel(FileRole role) {
    return FeatherKeys.FILE_DIGEST + "." + role.id();
  }

  private static OptionalLong size(Descriptor layer) throws FlintException {
    String text = layer.annotation(FeatherKeys.FILE_SIZE).orElse("");
    return text.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  private void checkAgainstBackend(Set<FileRole> roles) throws FlintException {
    Optional<BackendKind> kind = image.config().backend().flatMap(BackendKind::byId);
    if (kind.isEmpty()) {
      return;
    }
    for (FileRole role : roles) {
      if (kind.get().slot(role).isEmpty()) {
        throw wrong("is for " + kind.get().id() + ", which has no " + role.id());
      }
    }
    for (FileSlot slot : kind.get().slots()) {
      if (slot.required() && !roles.contains(slot.role())) {
        throw wrong("is for " + kind.get().id() + " and lacks its " + slot.role().id());
      }
    }
  }

  private FlintException wrong(String why) {
    return new FlintException(ErrorCode.PROTOCOL, "image " + name() + " " + why);
  }

  private Digest name() {
    return image.manifest().document().digest();
  }
}
