"""Every setting, read from the environment, cut by what it is about.

A value that cannot be is refused at the start, with what it has to be.
"""

from config.settings.api import *  # noqa: F403
from config.settings.application import *  # noqa: F403
from config.settings.environment import *  # noqa: F403
from config.settings.floor import *  # noqa: F403
from config.settings.honours import *  # noqa: F403
from config.settings.programmes import *  # noqa: F403
from config.settings.protection import *  # noqa: F403
from config.settings.sign_in import *  # noqa: F403
from config.settings.voice import *  # noqa: F403
