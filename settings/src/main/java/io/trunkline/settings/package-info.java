/// See ARCHITECTURE.md, "settings".
@NullMarked
package io.trunkline.settings;

import org.jspecify.annotations.NullMarked;
