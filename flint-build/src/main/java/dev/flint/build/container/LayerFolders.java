package dev.flint.build.container;

import dev.flint.build.input.Entry;
import dev.flint.build.input.Layer;
import java.util.HashSet;
import java.util.Set;

/**
 * The folders of a layer that only say where its files are. On a base they would replace what is
 * there: a link such as {@code /bin}, or the mode of {@code /tmp}. Who unpacks a layer makes those
 * that are missing, alike: with the mode 0755, of root.
 *
 * @param idle their paths, without slashes at either end
 */
record LayerFolders(Set<String> idle) {
  private static final int USUAL_MODE = 0755;

  LayerFolders {
    idle = Set.copyOf(idle);
  }

  static LayerFolders of(Layer layer) {
    Set<String> idle = new HashSet<>();
    for (Entry entry : layer.entries()) {
      String path = entry.target().substring(1);
      // Those above one that is known are known too.
      for (int end = path.lastIndexOf('/');
          end > 0 && idle.add(path.substring(0, end));
          end = path.lastIndexOf('/', end - 1)) {}
    }
    for (Entry entry : layer.entries()) {
      if (entry.folder() && (entry.mode() != USUAL_MODE || !entry.owner().isEmpty())) {
        idle.remove(entry.target().substring(1));
      }
    }
    return new LayerFolders(idle);
  }
}
