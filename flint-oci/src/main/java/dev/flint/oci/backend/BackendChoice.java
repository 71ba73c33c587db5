package dev.flint.oci.backend;

import dev.flint.oci.disk.FileRole;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which backend some files are for: the one that was asked for, or the one they tell. */
public final class BackendChoice {
  private BackendChoice() {}

  /**
   * Chooses.
   *
   * @param asked what the user named
   * @param files what was found in them
   * @throws FlintException UNSUPPORTED if no backend takes the files, USAGE if several do, or a
   *     file is missing
   */
  public static BackendKind of(Optional<BackendKind> asked, Map<FileRole, FileContent> files)
      throws FlintException {
    if (asked.isPresent()) {
      check(asked.get(), files);
      return asked.get();
    }
    List<BackendKind> told = BackendKind.toldBy(files);
    if (told.size() > 1) {
      throw new FlintException(
          ErrorCode.USAGE,
          "the files may be for several backends: " + ids(told),
          "choose one with --backend");
    }
    if (told.isEmpty()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "no backend takes " + describe(files),
          "name one with --backend to learn what it takes");
    }
    return told.get(0);
  }

  private static void check(BackendKind kind, Map<FileRole, FileContent> files)
      throws FlintException {
    if (kind.slots().isEmpty()) {
      throw new FlintException(
          ErrorCode.USAGE, "images for " + kind.id() + " are not made of single files");
    }
    for (Map.Entry<FileRole, FileContent> file : files.entrySet()) {
      Optional<FileSlot> slot = kind.slot(file.getKey());
      if (slot.isEmpty()) {
        throw new FlintException(
            ErrorCode.USAGE, kind.id() + " has no " + file.getKey().id(), "it has: " + roles(kind));
      }
      if (!slot.get().accepted().contains(file.getValue())) {
        throw new FlintException(
            ErrorCode.UNSUPPORTED,
            "the %s is %s, which %s does not take"
                .formatted(file.getKey().id(), file.getValue().label(), kind.id()),
            "it takes: "
                + slot.get().accepted().stream()
                    .map(FileContent::label)
                    .sorted()
                    .collect(Collectors.joining(", ")));
      }
    }
    for (FileSlot slot : kind.slots()) {
      if (slot.required() && !files.containsKey(slot.role())) {
        throw new FlintException(
            ErrorCode.USAGE,
            kind.id() + " needs a " + slot.role().id(),
            "give it with --" + slot.role().id());
      }
    }
  }

  private static String roles(BackendKind kind) {
    return kind.slots().stream().map(slot -> slot.role().id()).collect(Collectors.joining(", "));
  }

  private static String ids(List<BackendKind> kinds) {
    return kinds.stream().map(BackendKind::id).collect(Collectors.joining(", "));
  }

  private static String describe(Map<FileRole, FileContent> files) {
    return files.entrySet().stream()
        .map(file -> file.getValue().label() + " as its " + file.getKey().id())
        .collect(Collectors.joining(" and "));
  }
}
