import{n as e}from"./app.js";var n={I1:"Users and licenses",I2:"Licenses and adjustments",I3:"Invoices",I4:"Confirmations"},t=s=>n[s]??e(s);export{t as a};
