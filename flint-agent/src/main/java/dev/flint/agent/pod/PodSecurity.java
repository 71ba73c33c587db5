package dev.flint.agent.pod;

import dev.flint.agent.instance.Security;

/**
 * What the {@code securityContext} of a pod says for all of it.
 *
 * @param usual of containers that say nothing else
 * @param fsGroup the group that files in the pod's own volumes belong to, or -1
 */
public record PodSecurity(Security usual, int fsGroup) {}
