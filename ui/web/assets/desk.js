// The way back: a kept conversation is handed to the server, which shows it again.
wenbao.reopen = turns => trigger('select', { turns });
wenbao.mounted('desk');
