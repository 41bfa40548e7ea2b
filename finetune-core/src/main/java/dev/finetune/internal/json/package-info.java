/** JSON that is read strictly: nothing is converted, added or passed over. Not API. */
@NullMarked
package dev.finetune.internal.json;

import org.jspecify.annotations.NullMarked;
